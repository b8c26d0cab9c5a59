create table api_keys (id text not null, "user" text not null references users, digest text not null, rights text, "until" text, previous text, overlap text, revision integer not null, primary key (id, "user")) strict, without rowid;
create unique index api_keys_id on api_keys (id);
create index api_keys_user on api_keys ("user");
