// The C library's count of a character's columns, which its headers declare only to programs that ask for X/Open's functions;
// Swift's Glibc module does not.
#include <stddef.h>

int wcwidth(wchar_t character);
