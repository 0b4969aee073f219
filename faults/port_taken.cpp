// Listens on the server's port before the server is started: a predecessor that has not gone, a
// second instance, somebody else's program. A server says so and ends, or waits until it is free.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/port_reserver.hpp"

namespace stormdrain::faults {

namespace {

class port_taken_fault : public process_fault {
public:
    explicit port_taken_fault(duration length)
        : process_fault({"port_taken", strike_point::start, {}}), length_(length) {}

    bool stands_until_released() const override { return true; }

    bool needs_tcp() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        const endpoint place = here.context().connections.served_at();
        const owned_descriptor listener = make_listener(place);
        here.delivered(to_text(place) + " was taken for " + to_text(length_));
        co_await here.stand(length_);
    }

private:
    duration length_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    const duration length = keys.length_of_time("for", 1ms, 1h, 300ms);
    return std::make_unique<port_taken_fault>(length);
}

}  // namespace

extern const fault_kind port_taken{
    "port_taken", "A port that another program listens on when the server starts.", read};

}  // namespace stormdrain::faults
