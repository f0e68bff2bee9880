"""One small module per outside program: the only places that name it, and where its errors become ours."""
