// In C because zlib has no other interface.
#include <zlib.h>
