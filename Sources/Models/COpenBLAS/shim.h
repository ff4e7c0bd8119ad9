// In C because OpenBLAS has no other interface.
#include <cblas.h>
