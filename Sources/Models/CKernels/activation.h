// What the convolutions share with the kernels that work on whole activations.
#ifndef BRHOST_ACTIVATION_H
#define BRHOST_ACTIVATION_H

#include "isa/variant.h"

// Finishes one image's gradient, complete in gradient->dx.
void ck_finish_image(const ck_gradient *gradient, int64_t image, int32_t blocks, int32_t pixels);

#endif
