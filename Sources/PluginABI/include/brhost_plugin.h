#ifndef BRHOST_PLUGIN_H
#define BRHOST_PLUGIN_H
#endif
