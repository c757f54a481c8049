DROP TABLE evidence_contents;
DROP TABLE evidence_files;
