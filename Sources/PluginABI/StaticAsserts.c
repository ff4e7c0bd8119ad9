#include "brhost_plugin.h"
