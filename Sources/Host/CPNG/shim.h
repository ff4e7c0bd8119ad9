// In C because libpng has no other interface.
#include <png.h>
