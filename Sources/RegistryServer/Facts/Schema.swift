// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables, by version.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: repositories, manifests, tags, policies, audit") { db in
            try db.execute(sql: first)
        }
        migrator.registerMigration("2: who asked, and the age of blobs") { db in
            try db.execute(sql: second)
        }
        return migrator
    }

    /// Digests, tags and names are text in the specifications' form; times are UTC in RFC 3339.
    private static let first = """
        CREATE TABLE repository (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE blob_link (
            repository INTEGER NOT NULL REFERENCES repository,
            digest TEXT NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (repository, digest)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX blob_link_by_digest ON blob_link (digest);

        CREATE TABLE manifest (
            repository INTEGER NOT NULL REFERENCES repository,
            digest TEXT NOT NULL,
            media_type TEXT NOT NULL,
            content BLOB NOT NULL,
            subject TEXT,
            referrer TEXT,              -- the descriptor for referrer lists, as JSON, when there is a subject
            artifact_type TEXT,
            pushed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
            PRIMARY KEY (repository, digest)
        ) STRICT;
        CREATE INDEX manifest_by_subject ON manifest (repository, subject) WHERE subject IS NOT NULL;

        CREATE TABLE containment (      -- which manifest needs which blob or manifest
            repository INTEGER NOT NULL,
            parent TEXT NOT NULL,
            child TEXT NOT NULL,
            PRIMARY KEY (repository, parent, child),
            FOREIGN KEY (repository, parent) REFERENCES manifest (repository, digest) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX containment_by_child ON containment (repository, child);

        CREATE TABLE tag (
            repository INTEGER NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            pushed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
            PRIMARY KEY (repository, name),
            FOREIGN KEY (repository, digest) REFERENCES manifest (repository, digest)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tag_by_digest ON tag (repository, digest);

        CREATE TABLE tombstone (        -- names that were used and deleted
            repository INTEGER NOT NULL REFERENCES repository,
            tag TEXT NOT NULL,
            digest TEXT NOT NULL,
            PRIMARY KEY (repository, tag)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE policy (
            scope TEXT NOT NULL PRIMARY KEY,
            document TEXT NOT NULL      -- JSON, as the admin API shows it
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            repository TEXT,
            tag TEXT,
            digest TEXT,
            standing TEXT,
            policy TEXT,
            detail TEXT
        ) STRICT;
        """

    /// `linked_at` is in seconds since 1970; blobs that were there before are old.
    private static let second = """
        ALTER TABLE audit ADD COLUMN address TEXT;
        ALTER TABLE audit ADD COLUMN request TEXT;
        ALTER TABLE blob_link ADD COLUMN linked_at INTEGER NOT NULL DEFAULT 0;
        """
}
