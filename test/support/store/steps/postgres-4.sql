create table api_keys (id text collate "C" not null, "user" text collate "C" not null references users, digest text collate "C" not null, rights text collate "C", "until" text collate "C", previous text collate "C", overlap text collate "C", revision bigint not null, primary key (id, "user")) ;
create unique index api_keys_id on api_keys (id);
create index api_keys_user on api_keys ("user");
