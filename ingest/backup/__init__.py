"""Backup and restore of a whole office: a folder that grows by what is new, and comes back into nothing.

    sohoa-backup.json      format, whether sealed, the public key
    key.age                the secret key, sealed with the passphrase
    blobs/ab/cd/<sha256>   every blob once, for all snapshots
    snapshots/<time>/      database, home (small files), blobs.txt (names and hashes), manifest.json

A snapshot gets its name only when it is whole. With a passphrase every file but ``sohoa-backup.json`` ends in ``.age``
and can be opened with any age program.
"""
