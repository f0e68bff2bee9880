"""Database tables, repositories, queries and migrations. The only package that loads sqlalchemy."""
