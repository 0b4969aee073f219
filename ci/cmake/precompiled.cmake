# stormdrain_precompiled(<target> <sources|tests>)
# Lets the target begin with headers of others that most files include, parsed once for everybody.
# Only where STORMDRAIN_PRECOMPILED is on, and it is off in build/dev: there a file that does not
# include what it uses does not compile. For what links asio_implementation alone: a file that sees
# Asio's errors needs its code.
option(STORMDRAIN_PRECOMPILED "Parse the most included headers once" OFF)

set(precompiled_sources
    <algorithm> <array> <charconv> <chrono> <cstddef> <cstdint> <exception> <filesystem> <fstream>
    <functional> <map> <memory> <optional> <ostream> <set> <span> <sstream> <stdexcept> <string>
    <string_view> <utility> <vector>
    <boost/asio/any_io_executor.hpp> <boost/asio/awaitable.hpp> <boost/asio/buffer.hpp>
    <boost/asio/cancellation_signal.hpp> <boost/asio/co_spawn.hpp> <boost/asio/deferred.hpp>
    <boost/asio/error.hpp> <boost/asio/experimental/parallel_group.hpp>
    <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp>
    <boost/asio/redirect_error.hpp> <boost/asio/steady_timer.hpp> <boost/asio/this_coro.hpp>
    <boost/asio/use_awaitable.hpp> <boost/asio/write.hpp>)
set(precompiled_tests ${precompiled_sources} <gmock/gmock.h>)

if(STORMDRAIN_PRECOMPILED)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cpp CONTENT "")
    foreach(kind IN ITEMS sources tests)
        add_library(precompiled_${kind} OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
        target_link_libraries(precompiled_${kind} PRIVATE asio_implementation)
        target_precompile_headers(precompiled_${kind} PRIVATE ${precompiled_${kind}})
    endforeach()
    target_link_libraries(precompiled_tests PRIVATE GTest::gmock)
endif()

function(stormdrain_precompiled target kind)
    if(STORMDRAIN_PRECOMPILED)
        target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
    endif()
endfunction()
