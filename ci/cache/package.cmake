# cmake -C ci/cache/package.cmake -S . -B build/package
# What ci/package ships: optimised for those who run it, with no test built.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2" CACHE STRING "")
# Paths of the machine that built it say nothing to those who run it.
set(CMAKE_CXX_FLAGS "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." CACHE STRING "")
