# cmake -C ci/cache/asan.cmake -S . -B build/asan
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
# Half the time to compile of -O1, and the tests wait more than they compute.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O0 -g1" CACHE STRING "")
set(STORMDRAIN_SANITIZE "address,undefined" CACHE STRING "")
# No -Werror: with sanitizers g++ warns falsely (gcc(1), -fsanitize: "may result in false positive
# warnings", seen here as -Wmaybe-uninitialized inside std::regex). build/dev is the clean one.
