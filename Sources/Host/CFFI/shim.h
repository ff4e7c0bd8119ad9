// In C because libffi has no other interface.
#include <ffi.h>
