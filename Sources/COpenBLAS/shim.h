// OpenBLAS's own CBLAS header: products, thread count and the names of its build and kernels.
#pragma once
#include <cblas.h>
