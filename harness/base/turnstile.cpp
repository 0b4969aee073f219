#include "harness/base/turnstile.hpp"

#include <boost/asio/post.hpp>

namespace stormdrain {

// The next turn is posted behind whom this one lets go: the event loop looks at its timers and
// sockets once between two of them.
void turnstile::line::turn_on(const std::shared_ptr<line>& here) {
    if (here->turns || here->waiting_count == 0) {
        return;
    }
    here->turns = true;
    boost::asio::post(here->waiting.get_executor(), [here] {
        here->turns = false;
        --here->waiting_count;
        here->waiting.cancel_one();
        turn_on(here);
    });
}

}  // namespace stormdrain
