# cmake -C ci/cache/dev.cmake -S . -B build/dev
# What ci/test and ci/soak build: optimised enough to load a server honestly, quick to compile.
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(STORMDRAIN_WERROR ON CACHE BOOL "")
