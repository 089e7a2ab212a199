BEGIN TRANSACTION;
CREATE TABLE alert (
	"key" VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	tries INTEGER DEFAULT '1' NOT NULL, 
	due_at FLOAT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE batch (
	id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	enrichment_type VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	row_numbers JSON NOT NULL, 
	at_most INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	sending_at FLOAT, 
	sent_at FLOAT, 
	finished_at FLOAT, 
	workflow_id TEXT DEFAULT '' NOT NULL, 
	task_ids JSON, 
	due_at FLOAT, 
	looking BOOLEAN DEFAULT '0' NOT NULL, 
	polls INTEGER DEFAULT '0' NOT NULL, 
	failed_polls INTEGER DEFAULT '0' NOT NULL, 
	completed INTEGER DEFAULT '0' NOT NULL, 
	emails_so_far INTEGER DEFAULT '0' NOT NULL, 
	phones_so_far INTEGER DEFAULT '0' NOT NULL, 
	results_via TEXT DEFAULT '' NOT NULL, 
	settled_credits INTEGER DEFAULT '0' NOT NULL, 
	doubtful_credits INTEGER DEFAULT '0' NOT NULL, 
	last_error TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "batch" VALUES('add8c55cb9094c0cbcfe218382e86fdd','bd945983e6da4a57ace9f18c3f898d4b','ORGANIZATION-ID',1,'partial',2,'[1, 2]',2,'sent',1,1.79589903156776094436e+09,1.79589903160602903367e+09,NULL,'WORKFLOW-ID','[]',1.79589903160602903367e+09,0,0,0,0,0,0,'',0,0,'');
INSERT INTO "batch" VALUES('7111019a52f841cd83ed21e4ce865104','bd945983e6da4a57ace9f18c3f898d4b','ORGANIZATION-ID',2,'partial',2,'[3, 4]',2,'uncertain',1,1.79589903158295726773e+09,NULL,NULL,'',NULL,NULL,0,0,0,0,0,0,'',0,0,'read time-out');
INSERT INTO "batch" VALUES('8a7eb1f0e91c421ca0c118bd80358186','bd945983e6da4a57ace9f18c3f898d4b','ORGANIZATION-ID',3,'partial',2,'[5, 6]',2,'sending',1,1.79589903159971261024e+09,NULL,NULL,'',NULL,NULL,0,0,0,0,0,0,'',0,0,'');
CREATE TABLE column_choice (
	organization_id VARCHAR NOT NULL, 
	headers VARCHAR NOT NULL, 
	chosen JSON NOT NULL, 
	chosen_at FLOAT NOT NULL, 
	list_id TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (organization_id, headers), 
	FOREIGN KEY(organization_id) REFERENCES organization (id)
);
CREATE TABLE contact_list (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	file_name TEXT DEFAULT '' NOT NULL, 
	checksum TEXT DEFAULT '' NOT NULL, 
	created_at FLOAT NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	encoding TEXT DEFAULT '' NOT NULL, 
	delimiter TEXT DEFAULT '' NOT NULL, 
	header_row INTEGER DEFAULT '0' NOT NULL, 
	columns JSON NOT NULL, 
	mapping JSON NOT NULL, 
	notes JSON NOT NULL, 
	reasons JSON NOT NULL, 
	rows INTEGER DEFAULT '0' NOT NULL, 
	ready INTEGER DEFAULT '0' NOT NULL, 
	invalid INTEGER DEFAULT '0' NOT NULL, 
	duplicates INTEGER DEFAULT '0' NOT NULL, 
	deleted_at FLOAT, 
	replaced_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(organization_id) REFERENCES organization (id)
);
INSERT INTO "contact_list" VALUES('8022d18aa35f40c78fb92e79218f0f3b','ORGANIZATION-ID','invented','invented.csv','09f6da61fe47eb9110d3b389918c3d6a113ef33cbd1b7af455d4d80c152e7a74',1.7958990314375271797e+09,'','utf-8',',',1,'["LinkedIn URL", "First Name", "Last Name", "Company Name", "Website", "Email", "Phone"]','{"linkedin_url": ["LinkedIn URL"], "first_name": ["First Name"], "last_name": ["Last Name"], "company_domain": ["Website"], "company_name": ["Company Name"], "email": ["Email"], "phone": ["Phone"]}','[]','{}',14,14,0,0,NULL,'');
INSERT INTO "contact_list" VALUES('959fa652181a4f688e1dc08ac04b4e90','ORGANIZATION-ID','invented','invented.csv','cde93007514677176532d1df3488c1ae285e123c84d70ef3aab5953a533e2d60',1.79589903150503182416e+09,'','utf-8',',',1,'["LinkedIn URL", "First Name", "Last Name", "Company Name", "Website", "Email", "Phone"]','{"linkedin_url": ["LinkedIn URL"], "first_name": ["First Name"], "last_name": ["Last Name"], "company_domain": ["Website"], "company_name": ["Company Name"], "email": ["Email"], "phone": ["Phone"]}','[]','{}',14,14,0,0,NULL,'');
CREATE TABLE credit_reading (
	id INTEGER NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	balance VARCHAR NOT NULL, 
	used_this_month VARCHAR, 
	read_at FLOAT NOT NULL, 
	why VARCHAR NOT NULL, 
	run_id VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(organization_id) REFERENCES organization (id)
);
INSERT INTO "credit_reading" VALUES(1,'ORGANIZATION-ID','1000',NULL,0.0,'connected',NULL);
INSERT INTO "credit_reading" VALUES(2,'ORGANIZATION-ID','1000',NULL,0.0,'connected',NULL);
INSERT INTO "credit_reading" VALUES(3,'ORGANIZATION-ID','1000',NULL,0.0,'connected',NULL);
CREATE TABLE event (
	id INTEGER NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	at FLOAT NOT NULL, 
	kind VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	made_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "event" VALUES(1,'ORGANIZATION-ID','bd945983e6da4a57ace9f18c3f898d4b',1.79589903148169779782e+09,'confirmed','Confirmed: emails for 14 people, at most 100 credits.','');
INSERT INTO "event" VALUES(2,'ORGANIZATION-ID','efb4621c69e04fa1b7e2ec278897e3a0',1.79589903153841590885e+09,'confirmed','Confirmed: emails for 14 people, at most 100 credits.','');
INSERT INTO "event" VALUES(3,'ORGANIZATION-ID','bd945983e6da4a57ace9f18c3f898d4b',1.79589903163102340699e+09,'sent','Part 1: 2 people sent to Cleanlist.','');
CREATE TABLE list_cells (
	list_id VARCHAR NOT NULL, 
	row_number INTEGER NOT NULL, 
	cells TEXT NOT NULL, 
	PRIMARY KEY (list_id, row_number), 
	FOREIGN KEY(list_id) REFERENCES contact_list (id)
);
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',1,'["https://www.linkedin.com/in/invented-aaaa-0", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',2,'["https://www.linkedin.com/in/invented-aaab-1", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',3,'["https://www.linkedin.com/in/invented-aaac-2", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',4,'["https://www.linkedin.com/in/invented-aaad-3", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',5,'["https://www.linkedin.com/in/invented-aaae-4", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',6,'["https://www.linkedin.com/in/invented-aaaf-5", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',7,'["https://www.linkedin.com/in/invented-aaag-6", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',8,'["https://www.linkedin.com/in/invented-aaah-7", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',9,'["https://www.linkedin.com/in/invented-aaai-8", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',10,'["https://www.linkedin.com/in/invented-aaaj-9", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',11,'["https://www.linkedin.com/in/invented-aaak-10", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',12,'["https://www.linkedin.com/in/invented-aaal-11", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',13,'["https://www.linkedin.com/in/invented-aaam-12", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('8022d18aa35f40c78fb92e79218f0f3b',14,'["https://www.linkedin.com/in/invented-aaan-13", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',1,'["https://www.linkedin.com/in/invented-aadw-100", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',2,'["https://www.linkedin.com/in/invented-aadx-101", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',3,'["https://www.linkedin.com/in/invented-aady-102", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',4,'["https://www.linkedin.com/in/invented-aadz-103", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',5,'["https://www.linkedin.com/in/invented-aaea-104", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',6,'["https://www.linkedin.com/in/invented-aaeb-105", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',7,'["https://www.linkedin.com/in/invented-aaec-106", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',8,'["https://www.linkedin.com/in/invented-aaed-107", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',9,'["https://www.linkedin.com/in/invented-aaee-108", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',10,'["https://www.linkedin.com/in/invented-aaef-109", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',11,'["https://www.linkedin.com/in/invented-aaeg-110", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',12,'["https://www.linkedin.com/in/invented-aaeh-111", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',13,'["https://www.linkedin.com/in/invented-aaei-112", "", "", "", "", "", ""]');
INSERT INTO "list_cells" VALUES('959fa652181a4f688e1dc08ac04b4e90',14,'["https://www.linkedin.com/in/invented-aaej-113", "", "", "", "", "", ""]');
CREATE TABLE list_change (
	id INTEGER NOT NULL, 
	list_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	rows INTEGER NOT NULL, 
	made_at FLOAT NOT NULL, 
	undone_at FLOAT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(list_id) REFERENCES contact_list (id)
);
CREATE TABLE list_change_row (
	change_id INTEGER NOT NULL, 
	row_number INTEGER NOT NULL, 
	"before" JSON NOT NULL, 
	"after" JSON NOT NULL, 
	PRIMARY KEY (change_id, row_number), 
	FOREIGN KEY(change_id) REFERENCES list_change (id)
);
CREATE TABLE list_file (
	list_id VARCHAR NOT NULL, 
	piece INTEGER NOT NULL, 
	packed BLOB NOT NULL, 
	PRIMARY KEY (list_id, piece), 
	FOREIGN KEY(list_id) REFERENCES contact_list (id)
);
CREATE TABLE list_reading (
	list_id VARCHAR NOT NULL, 
	how JSON NOT NULL, 
	PRIMARY KEY (list_id), 
	FOREIGN KEY(list_id) REFERENCES contact_list (id)
);
CREATE TABLE list_row (
	list_id VARCHAR NOT NULL, 
	row_number INTEGER NOT NULL, 
	line INTEGER DEFAULT '0' NOT NULL, 
	linkedin_url TEXT DEFAULT '' NOT NULL, 
	linkedin_slug TEXT DEFAULT '' NOT NULL, 
	first_name TEXT DEFAULT '' NOT NULL, 
	last_name TEXT DEFAULT '' NOT NULL, 
	company_domain TEXT DEFAULT '' NOT NULL, 
	company_name TEXT DEFAULT '' NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	location TEXT DEFAULT '' NOT NULL, 
	identity TEXT DEFAULT '' NOT NULL, 
	name_domain_key TEXT DEFAULT '' NOT NULL, 
	name_company_key TEXT DEFAULT '' NOT NULL, 
	key_kind TEXT DEFAULT '' NOT NULL, 
	checked VARCHAR NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	leader INTEGER NOT NULL, 
	PRIMARY KEY (list_id, row_number), 
	FOREIGN KEY(list_id) REFERENCES contact_list (id)
);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',1,2,'https://www.linkedin.com/in/invented-aaaa-0','invented-aaaa-0','','','','','','','','','in:invented-aaaa-0','','','linkedin','ready','',1);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',2,3,'https://www.linkedin.com/in/invented-aaab-1','invented-aaab-1','','','','','','','','','in:invented-aaab-1','','','linkedin','ready','',2);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',3,4,'https://www.linkedin.com/in/invented-aaac-2','invented-aaac-2','','','','','','','','','in:invented-aaac-2','','','linkedin','ready','',3);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',4,5,'https://www.linkedin.com/in/invented-aaad-3','invented-aaad-3','','','','','','','','','in:invented-aaad-3','','','linkedin','ready','',4);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',5,6,'https://www.linkedin.com/in/invented-aaae-4','invented-aaae-4','','','','','','','','','in:invented-aaae-4','','','linkedin','ready','',5);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',6,7,'https://www.linkedin.com/in/invented-aaaf-5','invented-aaaf-5','','','','','','','','','in:invented-aaaf-5','','','linkedin','ready','',6);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',7,8,'https://www.linkedin.com/in/invented-aaag-6','invented-aaag-6','','','','','','','','','in:invented-aaag-6','','','linkedin','ready','',7);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',8,9,'https://www.linkedin.com/in/invented-aaah-7','invented-aaah-7','','','','','','','','','in:invented-aaah-7','','','linkedin','ready','',8);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',9,10,'https://www.linkedin.com/in/invented-aaai-8','invented-aaai-8','','','','','','','','','in:invented-aaai-8','','','linkedin','ready','',9);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',10,11,'https://www.linkedin.com/in/invented-aaaj-9','invented-aaaj-9','','','','','','','','','in:invented-aaaj-9','','','linkedin','ready','',10);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',11,12,'https://www.linkedin.com/in/invented-aaak-10','invented-aaak-10','','','','','','','','','in:invented-aaak-10','','','linkedin','ready','',11);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',12,13,'https://www.linkedin.com/in/invented-aaal-11','invented-aaal-11','','','','','','','','','in:invented-aaal-11','','','linkedin','ready','',12);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',13,14,'https://www.linkedin.com/in/invented-aaam-12','invented-aaam-12','','','','','','','','','in:invented-aaam-12','','','linkedin','ready','',13);
INSERT INTO "list_row" VALUES('8022d18aa35f40c78fb92e79218f0f3b',14,15,'https://www.linkedin.com/in/invented-aaan-13','invented-aaan-13','','','','','','','','','in:invented-aaan-13','','','linkedin','ready','',14);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',1,2,'https://www.linkedin.com/in/invented-aadw-100','invented-aadw-100','','','','','','','','','in:invented-aadw-100','','','linkedin','ready','',1);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',2,3,'https://www.linkedin.com/in/invented-aadx-101','invented-aadx-101','','','','','','','','','in:invented-aadx-101','','','linkedin','ready','',2);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',3,4,'https://www.linkedin.com/in/invented-aady-102','invented-aady-102','','','','','','','','','in:invented-aady-102','','','linkedin','ready','',3);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',4,5,'https://www.linkedin.com/in/invented-aadz-103','invented-aadz-103','','','','','','','','','in:invented-aadz-103','','','linkedin','ready','',4);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',5,6,'https://www.linkedin.com/in/invented-aaea-104','invented-aaea-104','','','','','','','','','in:invented-aaea-104','','','linkedin','ready','',5);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',6,7,'https://www.linkedin.com/in/invented-aaeb-105','invented-aaeb-105','','','','','','','','','in:invented-aaeb-105','','','linkedin','ready','',6);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',7,8,'https://www.linkedin.com/in/invented-aaec-106','invented-aaec-106','','','','','','','','','in:invented-aaec-106','','','linkedin','ready','',7);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',8,9,'https://www.linkedin.com/in/invented-aaed-107','invented-aaed-107','','','','','','','','','in:invented-aaed-107','','','linkedin','ready','',8);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',9,10,'https://www.linkedin.com/in/invented-aaee-108','invented-aaee-108','','','','','','','','','in:invented-aaee-108','','','linkedin','ready','',9);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',10,11,'https://www.linkedin.com/in/invented-aaef-109','invented-aaef-109','','','','','','','','','in:invented-aaef-109','','','linkedin','ready','',10);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',11,12,'https://www.linkedin.com/in/invented-aaeg-110','invented-aaeg-110','','','','','','','','','in:invented-aaeg-110','','','linkedin','ready','',11);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',12,13,'https://www.linkedin.com/in/invented-aaeh-111','invented-aaeh-111','','','','','','','','','in:invented-aaeh-111','','','linkedin','ready','',12);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',13,14,'https://www.linkedin.com/in/invented-aaei-112','invented-aaei-112','','','','','','','','','in:invented-aaei-112','','','linkedin','ready','',13);
INSERT INTO "list_row" VALUES('959fa652181a4f688e1dc08ac04b4e90',14,15,'https://www.linkedin.com/in/invented-aaej-113','invented-aaej-113','','','','','','','','','in:invented-aaej-113','','','linkedin','ready','',14);
CREATE TABLE organization (
	id VARCHAR NOT NULL, 
	user_id TEXT DEFAULT '' NOT NULL, 
	first_seen_at FLOAT NOT NULL, 
	settings JSON NOT NULL, 
	blocked_until FLOAT DEFAULT '0' NOT NULL, 
	learned_limit INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "organization" VALUES('ORGANIZATION-ID','user',1.79589903138115477556e+09,'{}',0.0,NULL);
CREATE TABLE person_key (
	organization_id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	identity VARCHAR NOT NULL, 
	PRIMARY KEY (organization_id, "key", identity)
);
CREATE TABLE person_raw (
	result_id INTEGER NOT NULL, 
	record BLOB NOT NULL, 
	PRIMARY KEY (result_id), 
	FOREIGN KEY(result_id) REFERENCES person_result (id)
);
CREATE TABLE person_result (
	id INTEGER NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	identity VARCHAR NOT NULL, 
	asked VARCHAR NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	email_status TEXT DEFAULT '' NOT NULL, 
	email_quality TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	phone_type TEXT DEFAULT '' NOT NULL, 
	other_emails TEXT DEFAULT '' NOT NULL, 
	other_phones TEXT DEFAULT '' NOT NULL, 
	provider TEXT DEFAULT '' NOT NULL, 
	key_kind TEXT DEFAULT '' NOT NULL, 
	credits INTEGER DEFAULT '0' NOT NULL, 
	found_at FLOAT NOT NULL, 
	run_id VARCHAR NOT NULL, 
	batch_id VARCHAR NOT NULL, 
	task_id TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE rate_use (
	id INTEGER NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	started_at FLOAT NOT NULL, 
	ended_at FLOAT, 
	PRIMARY KEY (id)
);
CREATE TABLE raw_answer (
	id INTEGER NOT NULL, 
	batch_id VARCHAR NOT NULL, 
	received_at FLOAT NOT NULL, 
	via VARCHAR NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(batch_id) REFERENCES batch (id)
);
CREATE TABLE run (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	list_id VARCHAR NOT NULL, 
	enrichment_type VARCHAR NOT NULL, 
	budget INTEGER DEFAULT '0' NOT NULL, 
	state VARCHAR NOT NULL, 
	waiting_for TEXT DEFAULT '' NOT NULL, 
	fresh BOOLEAN DEFAULT '0' NOT NULL, 
	sample BOOLEAN DEFAULT '0' NOT NULL, 
	then_phones BOOLEAN DEFAULT '0' NOT NULL, 
	first_run_id TEXT DEFAULT '' NOT NULL, 
	confirmed_by TEXT DEFAULT '' NOT NULL, 
	confirmed_at FLOAT NOT NULL, 
	confirmed_at_most INTEGER DEFAULT '0' NOT NULL, 
	confirmed_likely INTEGER DEFAULT '0' NOT NULL, 
	started_at FLOAT, 
	finished_at FLOAT, 
	owner TEXT DEFAULT '' NOT NULL, 
	lease_until FLOAT DEFAULT '0' NOT NULL, 
	revision INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(organization_id) REFERENCES organization (id), 
	FOREIGN KEY(list_id) REFERENCES contact_list (id)
);
INSERT INTO "run" VALUES('bd945983e6da4a57ace9f18c3f898d4b','ORGANIZATION-ID','8022d18aa35f40c78fb92e79218f0f3b','partial',100,'running','',0,0,0,'','',1.79589903146663045887e+09,14,12,1.79589903146663045887e+09,NULL,'machine-that-is-gone:1:x',1.7958990465394420624e+09,5);
INSERT INTO "run" VALUES('efb4621c69e04fa1b7e2ec278897e3a0','ORGANIZATION-ID','959fa652181a4f688e1dc08ac04b4e90','partial',100,'running','',0,0,0,'','',1.79589903153024888033e+09,14,12,1.79589903153024888033e+09,NULL,'',0.0,0);
CREATE TABLE run_row (
	run_id VARCHAR NOT NULL, 
	row_number INTEGER NOT NULL, 
	leader INTEGER NOT NULL, 
	ask TEXT DEFAULT '' NOT NULL, 
	outcome VARCHAR NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	batch_id VARCHAR, 
	email TEXT DEFAULT '' NOT NULL, 
	email_status TEXT DEFAULT '' NOT NULL, 
	email_quality TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	phone_type TEXT DEFAULT '' NOT NULL, 
	other_emails TEXT DEFAULT '' NOT NULL, 
	other_phones TEXT DEFAULT '' NOT NULL, 
	provider TEXT DEFAULT '' NOT NULL, 
	credits INTEGER DEFAULT '0' NOT NULL, 
	result_id INTEGER, 
	known_result_id INTEGER, 
	checked_at FLOAT, 
	PRIMARY KEY (run_id, row_number), 
	FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',1,1,'partial','in_progress','Being looked up.','add8c55cb9094c0cbcfe218382e86fdd','','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',2,2,'partial','in_progress','Being looked up.','add8c55cb9094c0cbcfe218382e86fdd','','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',3,3,'partial','uncertain','The answer to this request was lost. It may have been accepted; it waits for your decision.','7111019a52f841cd83ed21e4ce865104','','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',4,4,'partial','uncertain','The answer to this request was lost. It may have been accepted; it waits for your decision.','7111019a52f841cd83ed21e4ce865104','','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',5,5,'partial','in_progress','Being looked up.','8a7eb1f0e91c421ca0c118bd80358186','','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',6,6,'partial','in_progress','Being looked up.','8a7eb1f0e91c421ca0c118bd80358186','','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',7,7,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',8,8,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',9,9,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',10,10,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',11,11,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',12,12,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',13,13,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('bd945983e6da4a57ace9f18c3f898d4b',14,14,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',1,1,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',2,2,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',3,3,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',4,4,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',5,5,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',6,6,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',7,7,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',8,8,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',9,9,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',10,10,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',11,11,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',12,12,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',13,13,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
INSERT INTO "run_row" VALUES('efb4621c69e04fa1b7e2ec278897e3a0',14,14,'partial','not_sent','Waiting to be sent.',NULL,'','','','','','','','',0,NULL,NULL,NULL);
CREATE TABLE schema_info (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_info" VALUES(4);
CREATE TABLE sealed_key (
	organization_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	sealed TEXT NOT NULL, 
	sealed_at FLOAT NOT NULL, 
	PRIMARY KEY (organization_id, kind), 
	FOREIGN KEY(organization_id) REFERENCES organization (id)
);
CREATE TABLE submission (
	token VARCHAR NOT NULL, 
	secret VARCHAR NOT NULL, 
	batch_id VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	owner VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	sent_at FLOAT NOT NULL, 
	answered_at FLOAT, 
	workflow_id TEXT DEFAULT '' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (token), 
	FOREIGN KEY(batch_id) REFERENCES batch (id)
);
INSERT INTO "submission" VALUES('bed2b8d264284a0cae6d48b5450a4fde','8zbkyv61p2N3e9RQTmugx-ya9XtkTZSG','add8c55cb9094c0cbcfe218382e86fdd',1,'machine-that-is-gone:1:x','accepted',1.79589903156776094436e+09,1.79589903160602903367e+09,'WORKFLOW-ID','');
INSERT INTO "submission" VALUES('b4714471e3d9469e90089cc10c15562d','vwauzbrDi0B7idjCM4fEDqeHzpCg3_L4','7111019a52f841cd83ed21e4ce865104',1,'machine-that-is-gone:1:x','uncertain',1.79589903158295726773e+09,1.79589903162208509444e+09,'','read time-out');
INSERT INTO "submission" VALUES('d0abbad2251d40ef8727a88cd947ac89','Je9w665txhbBIkaA4jIEvrYtnakvnqtI','8a7eb1f0e91c421ca0c118bd80358186',1,'machine-that-is-gone:1:x','sending',1.79589903159971261024e+09,NULL,'','');
CREATE INDEX person_result_by_identity ON person_result (organization_id, identity, found_at);
CREATE UNIQUE INDEX person_result_once ON person_result (batch_id, task_id);
CREATE INDEX person_result_by_run ON person_result (run_id);
CREATE INDEX rate_use_by_time ON rate_use (organization_id, started_at);
CREATE INDEX event_by_run ON event (run_id, id);
CREATE INDEX ix_contact_list_organization_id ON contact_list (organization_id);
CREATE INDEX credit_reading_by_time ON credit_reading (organization_id, read_at);
CREATE INDEX ix_list_change_list_id ON list_change (list_id);
CREATE INDEX run_by_organization ON run (organization_id, confirmed_at);
CREATE INDEX run_by_list ON run (list_id);
CREATE INDEX run_row_by_outcome ON run_row (run_id, outcome, row_number);
CREATE INDEX run_row_by_leader ON run_row (run_id, leader);
CREATE INDEX run_row_by_batch ON run_row (batch_id);
CREATE INDEX batch_by_run ON batch (run_id, number);
CREATE INDEX batch_by_state ON batch (organization_id, state);
CREATE INDEX batch_in_run ON batch (run_id, state, number, due_at, at_most, settled_credits, doubtful_credits);
CREATE INDEX batch_by_end ON batch (organization_id, finished_at, state, sent_at, settled_credits, doubtful_credits);
CREATE INDEX ix_submission_batch_id ON submission (batch_id);
CREATE INDEX ix_raw_answer_batch_id ON raw_answer (batch_id);
CREATE INDEX run_row_by_kind ON run_row (run_id, (outcome || '|' || ask || '|' || email_quality || '|' || CAST(credits AS TEXT) || '|' || CASE WHEN leader = row_number THEN '1' ELSE '0' END || '|' || CASE WHEN email <> '' THEN '1' ELSE '0' END || '|' || CASE WHEN phone <> '' THEN '1' ELSE '0' END || '|' || CASE WHEN known_result_id IS NOT NULL THEN '1' ELSE '0' END));
COMMIT;
