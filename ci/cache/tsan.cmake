# cmake -C ci/cache/tsan.cmake -S . -B build/tsan
# clang: g++'s ThreadSanitizer warns about Asio's fences on every file.
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(STORMDRAIN_SANITIZE "thread" CACHE STRING "")
