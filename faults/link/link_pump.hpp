#pragma once
// One direction of a proxied connection: from one socket through the toxics, if there are any, to
// the other. It reads only what it may hold, so that a reader who stalls stalls the writer.

#include "faults/link/link_side.hpp"
#include "faults/link/splice_pipe.hpp"
#include "faults/link/toxic_chain.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace stormdrain {

// Of one direction of a link, over all its connections.
struct link_traffic {
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t spliced_bytes = 0;  // of those that were sent
};

// What the connection has to do next.
enum class pump_result {
    waits,  // for a socket or the clock
    again,  // it was busy for long enough: others first
    ended,  // everything before the FIN is sent, which the connection passes on
    close,  // a toxic ends the connection by FIN
    reset,  // RST: a peer's, or a toxic's
};

class link_pump {
public:
    // All outlive it. `shared` is scratch space of the whole link.
    link_pump(link_side& from, link_side& to, std::span<char> shared, link_traffic& traffic)
        : from_(from), to_(to), shared_(shared), traffic_(traffic) {}

    // Does what can be done without waiting.
    pump_result run();

    // The toxics; made when the first one comes.
    toxic_chain& toxics();
    bool has_toxic(toxic_chain::toxic_id id) const { return chain_ && chain_->has(id); }
    bool has_struck(toxic_chain::toxic_id id) const { return chain_ && chain_->has_struck(id); }
    void remove_toxic(toxic_chain::toxic_id id) {
        if (chain_) {
            chain_->remove(id, clock::now());
        }
    }
    // When run() has something to do without any socket; max: never.
    time_point next_event() const { return chain_ ? chain_->next_event() : time_point::max(); }
    bool has_ended() const { return ended_; }
    // The connection is over: gives back memory and pipe before the pump itself goes.
    void drop() {
        chain_.reset();
        pipe_.close();
        backlog_ = std::string();
    }
    bool is_splicing() const { return pipe_.is_open(); }

private:
    enum class progress { made, blocked, source_dry, failed };

    progress flush();
    progress copy();
    progress splice();
    progress send(std::string_view bytes, std::size_t& sent_count);
    // What read(2) or the like gave; false: nothing was read.
    bool took(ssize_t count, std::size_t asked_bytes);
    void stop_splicing();

    pump_result run_ended();
    pump_result run_plain();
    pump_result run_toxics();
    pump_result let_out();
    bool let_in();
    pump_result when_blocked();

    link_side& from_;
    link_side& to_;
    std::span<char> shared_;
    link_traffic& traffic_;
    std::unique_ptr<toxic_chain> chain_;
    std::string backlog_;  // read, and not taken by `to` yet
    std::size_t backlog_sent_count_ = 0;
    splice_pipe pipe_;
    std::uint64_t moved_bytes_ = 0;  // in a row without a toxic: what splicing begins by
    unsigned small_moves_count_ = 0;
    bool ended_ = false;
    bool source_is_told_ = false;  // to the toxics, that it ended or broke
};

}  // namespace stormdrain
