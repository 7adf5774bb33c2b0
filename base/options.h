/*
 * options.h: every option, one line each.
 *
 *	X(ENUM, "name", kind, "default", "what it is")
 *
 * Kinds: STR, INT (with k, M, G suffixes), BOOL, PATH (~ is expanded), or a
 * list of allowed words "a|b|c". etc/tapfs.ini shows all of them, commented; a
 * test holds the two against each other.
 */
#ifndef TAPFS_BASE_OPTIONS_H
#define TAPFS_BASE_OPTIONS_H

/* clang-format off */
#define OPTIONS(X) \
	X(OPT_URL, "url", "STR", "", "TAP base URL of the service") \
	X(OPT_TITLE, "title", "STR", "", "what the service is, in a few words") \
	X(OPT_SIGNIN_HINT, "signin_hint", "STR", "", "how to get an account or a token, in a sentence") \
	X(OPT_AUTH, "auth", "none|basic|bearer|token", "none", "how to sign in") \
	X(OPT_USER, "user", "STR", "", "user name for auth = basic") \
	X(OPT_TOKEN_FILE, "token_file", "PATH", "", "file with the password or token; mode 0600") \
	X(OPT_CA_FILE, "ca_file", "PATH", "", "file with certificates of authorities to trust besides the system's") \
	X(OPT_DEFAULT_LANGUAGE, "default_language", "STR", "ADQL", "LANG of a .adql query") \
	X(OPT_SQL_LANGUAGE, "sql_language", "STR", "", "LANG of a .sql query; empty: as default_language") \
	X(OPT_STRIP_COMMENTS, "strip_comments", "BOOL", "false", "send queries without their comments") \
	X(OPT_METADATA, "metadata", "auto|tap_schema|vosi", "auto", "where the lists of tables come from") \
	X(OPT_MAXREC, "maxrec", "INT", "0", "MAXREC to ask for; 0: leave it to the service") \
	X(OPT_FILES_BASE, "files_base", "STR", "", "URL that relative links in results are below; empty: the service's own") \
	X(OPT_DATALINK_URL, "datalink_url", "STR", "", "URL of the DataLink service; empty: as the capabilities tell") \
	X(OPT_SIA_URL, "sia_url", "STR", "", "URL of the image search (SIA 2); empty: as the capabilities tell") \
	X(OPT_SCS_URL, "scs_url", "STR", "", "URL of the cone search, or NAME=URL of several; empty: as the capabilities tell") \
	X(OPT_HIPS_URL, "hips_url", "STR", "", "URL of a HiPS, or NAME=URL of several") \
	X(OPT_RUNNING_JOBS, "running_jobs", "INT", "4", "queries run at the same time; others wait") \
	X(OPT_CATALOG_AGE, "catalog_age", "INT", "86400", "seconds after which table metadata is fetched anew") \
	X(OPT_MAX_QUERY, "max_query", "INT", "16M", "bytes of a query file above which it is taken for no query") \
	X(OPT_CONNECT_TIMEOUT, "connect_timeout", "INT", "10", "seconds to wait for a connection") \
	X(OPT_LOW_SPEED_LIMIT, "low_speed_limit", "INT", "1k", "bytes per second below which a transfer is given up") \
	X(OPT_LOW_SPEED_TIME, "low_speed_time", "INT", "30", "after this many seconds below low_speed_limit") \
	X(OPT_RETRIES, "retries", "INT", "4", "times a request is sent again after a transient failure") \
	X(OPT_HOST_LIMIT, "host_limit", "INT", "6", "requests to one host at the same time") \
	X(OPT_COMPRESS, "compress", "auto|yes|no", "auto", "let results come packed (gzip); auto: not those of this machine") \
	X(OPT_STATE_DIR, "state_dir", "PATH", "", "where queries and results are kept; empty: $XDG_STATE_HOME/tapfs") \
	X(OPT_CACHE_DIR, "cache_dir", "PATH", "", "where metadata and linked files are kept; empty: $XDG_CACHE_HOME/tapfs") \
	X(OPT_CACHE_SIZE, "cache_size", "INT", "10G", "bytes of images and other linked files that are kept") \
	X(OPT_CACHE_FREE, "cache_free", "INT", "5", "percent of its disk that the cache leaves free") \
	X(OPT_DELETE_FOREIGN_JOBS, "delete_foreign_jobs", "BOOL", "false", "let rm delete jobs that a service shows to everybody and that are not ours") \
	X(OPT_XATTR, "xattr", "BOOL", "false", "answer extended attributes (makes ls -l slower)") \
	X(OPT_ALLOW_OTHER, "allow_other", "BOOL", "false", "let other users of the machine see the mount") \
	X(OPT_RO, "ro", "BOOL", "false", "read only: no queries are taken") \
	X(OPT_AUTO_RECOVER, "auto_recover", "BOOL", "false", "unmount what a crashed tapfs left at the mountpoint") \
	X(OPT_LOG_LEVEL, "log_level", "error|warn|info|debug", "info", "what .tapfs/log keeps")
/* clang-format on */

enum option {
#define X(id, name, kind, def, what) id,
	OPTIONS(X)
#undef X
	    OPT_COUNT
};

#endif
