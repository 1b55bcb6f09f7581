/* Memory that was let go. */
#include "kernel.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

EXPORT void give_back(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}
