#pragma once
// Both ends of what is measured through a proxy: an origin in a process of its own, and the client.
// Plain blocking calls and poll(2): nothing of the harness, and the same for every contender.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stormdrain::benchmarks {

// Everything here throws std::runtime_error when the machine or a peer does not do its part.

// Answers each connection by its first byte: 'e' gives back all bytes that follow; 'b' sends bulk
// until the client goes; 's' answers one small message and closes.
class bench_origin {
public:
    // Pinned to that CPU.
    explicit bench_origin(int cpu);
    bench_origin(const bench_origin&) = delete;
    bench_origin& operator=(const bench_origin&) = delete;
    ~bench_origin();
    std::uint16_t port() const { return port_; }

private:
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

// Until something listens there.
void await_listener(std::uint16_t port);
void pin_to_cpu(int cpu);

// Microseconds of each round trip of one small message, over one connection.
std::vector<double> round_trips_us(std::uint16_t port, std::size_t count);
// Reads that much; the time it took in seconds.
double read_bulk_s(std::uint16_t port, std::uint64_t bytes_count);
// Connect, one message, its answer, FIN; so many at a time.
void short_connections(std::uint16_t port, std::size_t count, std::size_t at_a_time);

}  // namespace stormdrain::benchmarks
