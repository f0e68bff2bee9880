"""One module for each form: facts and a look in, HTML of the faces out."""
