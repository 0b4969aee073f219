#pragma once
// A client of a cycle's load: goes its course (client_course.hpp), is in the log of the cycle's
// connections, and tells the moments that stops are tied to.

#include "harness/load/client.hpp"
#include "harness/load/engine/client_conduct.hpp"
#include "harness/load/engine/client_course.hpp"
#include "harness/net/connection_log.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace stormdrain {

// Clients that somebody has to call go_on() of, and why.
struct wake_list {
    std::multimap<time_point, engine_client*> alarms;
    std::vector<engine_client*> held;    // when they shall let go of the server
    engine_client* lingering = nullptr;  // behind the turns that a moment is given
    bool has_moment = false;             // one of the load's moments has just come
};

class cycle_conduct final : public client_conduct {
public:
    struct place {
        std::uint32_t number = 0;  // of the client
        time_point deadline{};     // of the load
        std::optional<socket_address> source = {};
    };

    // All outlive the conduct.
    cycle_conduct(load_state& cycle, engine_state& engine, wake_list& wakes, place here);

    std::optional<due_request> take(time_point now) override;
    void ordinary(ordinary_request answered, const request_under_way& done,
                  const whole_answer& answer) override;
    bool keeps_row_of(const request_under_way& done) const override;
    void keep(request_row row) override { cycle_.book.met_stop(std::move(row)); }
    void unusual(request_row row) override;

    const socket_address* source() const override {
        return here_.source ? &*here_.source : nullptr;
    }
    connection_id connect_begins() override;
    void has_socket(int descriptor) override;
    void connect_failed(connect_stage stage) override;
    void connected() override;
    void heard_end(boost::system::error_code error) override;
    void closed() override;

    client_rest rest(engine_client& client, time_point now) override;
    void rest_after_failure(engine_client& client, time_point now) override;
    bool waits_for_queue(engine_client& client, time_point now) override;
    idle_reading reads_while_idle() const override { return idle_reading::with_next_request; }

    void awaits_first_byte() override;
    void is_amid_answer(int descriptor) override;
    bool lingers(engine_client& client) override;

private:
    client_outlook outlook(time_point now) const;
    bool is_after_stop(time_point instant) const {
        return cycle_.stopped_at && instant >= *cycle_.stopped_at;
    }
    time_point end_of_thought(time_point now) const;
    void connect_is_decided();
    void request_ended(request_end how);
    void heed_course();
    void open_moment(gate& moment);

    load_state& cycle_;
    engine_state& engine_;
    wake_list& wakes_;
    const place here_;
    client_course course_;
    client_act act_ = client_act::ask;  // that it was told last
    connection_row* row_ = nullptr;     // of its connection; null: it has none
    bool acknowledges_at_once_ = false;
    bool connect_is_decided_ = false;
    bool has_planned_ = true;  // it was counted among the clients that are to finish
    bool lingers_ = false;
};

}  // namespace stormdrain
