#pragma once
// The clients of an attack: each asks what the plan says is due, and counts.

#include "harness/load/engine/client_conduct.hpp"

namespace stormdrain {

// One for all clients of a thread.
class attack_conduct final : public client_conduct {
public:
    explicit attack_conduct(engine_state& load) : load_(load) {}

    std::optional<due_request> take(time_point now) override { return load_.take(now); }
    void ordinary(ordinary_request answered, const request_under_way& done,
                  const whole_answer& answer) override;
    bool keeps_row_of(const request_under_way&) const override { return false; }
    void keep(request_row) override {}
    void unusual(request_row row) override;

    const socket_address* source() const override { return nullptr; }
    connection_id connect_begins() override { return load_.next_connection(); }
    void has_socket(int) override {}
    void connect_failed(connect_stage) override {}
    void connected() override {}
    void heard_end(boost::system::error_code) override {}
    void closed() override {}

    client_rest rest(engine_client& client, time_point now) override;
    void rest_after_failure(engine_client& client, time_point now) override;
    bool waits_for_queue(engine_client&, time_point) override { return false; }
    idle_reading reads_while_idle() const override { return idle_reading::at_once; }

    void awaits_first_byte() override {}
    void is_amid_answer(int) override {}
    bool lingers(engine_client&) override { return false; }

private:
    engine_state& load_;
};

}  // namespace stormdrain
