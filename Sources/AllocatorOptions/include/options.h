// The settings of jemalloc in the measured process.
#pragma once
extern const char *malloc_conf;
