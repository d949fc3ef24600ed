"""The transcripts of classic clients: FTP-TEST headers, result lines, replies; lines in, attempted transfers out."""
