-- A client's database of schema version 1, as imsrecon 0.1 made it.
BEGIN TRANSACTION;
CREATE TABLE decisions (
	id INTEGER NOT NULL, 
	batch TEXT NOT NULL, 
	period TEXT NOT NULL, 
	portal_id TEXT NOT NULL, 
	action TEXT, 
	itc_reduction TEXT, 
	declared_igst FLOAT, 
	declared_cgst FLOAT, 
	declared_sgst FLOAT, 
	declared_cess FLOAT, 
	remarks TEXT, 
	reason_code TEXT, 
	content TEXT NOT NULL, 
	how TEXT NOT NULL, 
	rule TEXT, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "decisions" VALUES(1,'b1','2026-06','0123456789abcdef','P',NULL,NULL,NULL,NULL,NULL,'bill awaited',NULL,'00ff','person',NULL,'meera','2026-06-18T09:30:00.000+00:00');
CREATE TABLE filed_returns (
	id INTEGER NOT NULL, 
	form TEXT NOT NULL, 
	period TEXT NOT NULL, 
	filed_on TEXT, 
	arn TEXT, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "filed_returns" VALUES(1,'GSTR-3B','2026-05','2026-06-18','AA270526000001X','meera','2026-06-18T09:30:00.000+00:00');
CREATE TABLE meta (
	gstin TEXT NOT NULL, 
	schema_version INTEGER NOT NULL, 
	PRIMARY KEY (gstin)
);
INSERT INTO "meta" VALUES('27ZZZCR1000A1ZM',1);
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	period TEXT NOT NULL, 
	verb TEXT NOT NULL, 
	result TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES(1,'2026-05','report','{}','meera','2026-06-18T09:30:00.000+00:00');
CREATE TABLE sources (
	id INTEGER NOT NULL, 
	month TEXT NOT NULL, 
	side TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	files TEXT NOT NULL, 
	table_key TEXT NOT NULL, 
	period TEXT, 
	documents INTEGER NOT NULL, 
	batch INTEGER NOT NULL, 
	withdrawn BOOLEAN NOT NULL, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE verdicts (
	id INTEGER NOT NULL, 
	register_id TEXT NOT NULL, 
	portal_id TEXT NOT NULL, 
	verdict TEXT, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_decisions_period ON decisions (period);
CREATE INDEX ix_decisions_portal_id ON decisions (portal_id);
CREATE TRIGGER sources_no_update BEFORE UPDATE ON sources BEGIN SELECT RAISE(ABORT, 'rows of sources are never changed'); END;
CREATE TRIGGER sources_no_delete BEFORE DELETE ON sources BEGIN SELECT RAISE(ABORT, 'rows of sources are never changed'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'rows of decisions are never changed'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'rows of decisions are never changed'); END;
CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts BEGIN SELECT RAISE(ABORT, 'rows of verdicts are never changed'); END;
CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts BEGIN SELECT RAISE(ABORT, 'rows of verdicts are never changed'); END;
CREATE TRIGGER filed_returns_no_update BEFORE UPDATE ON filed_returns BEGIN SELECT RAISE(ABORT, 'rows of filed_returns are never changed'); END;
CREATE TRIGGER filed_returns_no_delete BEFORE DELETE ON filed_returns BEGIN SELECT RAISE(ABORT, 'rows of filed_returns are never changed'); END;
CREATE TRIGGER runs_no_update BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed'); END;
CREATE TRIGGER runs_no_delete BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed'); END;
COMMIT;
