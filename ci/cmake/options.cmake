# The one place that says how every target of the project is compiled.

# The judge's and the judged's common ground: language and warnings, no library.
add_library(stormdrain_options INTERFACE)
target_compile_features(stormdrain_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
target_include_directories(stormdrain_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(stormdrain_options INTERFACE
    BOOST_ASIO_DISABLE_BOOST_DATE_TIME  # 6 to 9 % of what a file with a timer takes to compile
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_SEPARATE_COMPILATION
    JSON_DIAGNOSTICS=1)
target_compile_options(stormdrain_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wcast-qual -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough
    -Wundef -Wextra-semi -Wdouble-promotion
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast -Wsuggest-override>
    $<$<BOOL:${STORMDRAIN_WERROR}>:-Werror>)
if(STORMDRAIN_SANITIZE)
    target_compile_options(stormdrain_options INTERFACE
        -fsanitize=${STORMDRAIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
        # It asks the kernel through a pipe whether memory can be read, and takes the failure of
        # pipe(2) for a broken object: a server that has no descriptor left was ended by it.
        -fno-sanitize=vptr)
    target_link_options(stormdrain_options INTERFACE -fsanitize=${STORMDRAIN_SANITIZE})
endif()
target_link_libraries(stormdrain_options INTERFACE Threads::Threads)

# It links our more than a hundred programs in half the time.
find_program(STORMDRAIN_GOLD ld.gold)
if(STORMDRAIN_GOLD)
    add_link_options(-fuse-ld=gold)
endif()

# Asio's implementation, compiled once for everybody (BOOST_ASIO_SEPARATE_COMPILATION).
add_library(asio_implementation STATIC ${PROJECT_SOURCE_DIR}/ci/cmake/asio_implementation.cpp)
target_link_libraries(asio_implementation
    PUBLIC stormdrain_options Boost::headers OpenSSL::SSL OpenSSL::Crypto)
