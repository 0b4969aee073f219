# cmake -C ci/cache/asan.cmake -S . -B build/asan
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(STORMDRAIN_SANITIZE "address,undefined" CACHE STRING "")
# No -Werror: with sanitizers g++ warns falsely (gcc(1), -fsanitize: "may result in false positive
# warnings", seen here as -Wmaybe-uninitialized inside std::regex). build/dev is the clean one.
