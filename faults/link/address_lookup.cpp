#include "faults/link/address_lookup.hpp"

#include <string>
#include <utility>

namespace stormdrain {

using boost::asio::ip::tcp;

namespace {

// Soon enough for a name that moves during a test, and no flood of questions in a storm.
constexpr duration answer_age_max = std::chrono::seconds(1);

}  // namespace

address_lookup::address_lookup(const boost::asio::any_io_executor& executor, place upstream,
                               std::function<void()> answered)
    : upstream_(std::move(upstream)),
      is_name_(known_addresses(upstream_).empty()),
      found_(known_addresses(upstream_)),
      resolver_(executor),
      answered_(std::move(answered)),
      life_(std::make_shared<life>(life{this})) {}

address_lookup::~address_lookup() {
    life_->owner = nullptr;
}

const address_lookup::addresses* address_lookup::get() {
    if (!is_name_ || (known_ && clock::now() < fresh_until_)) {
        return &found_;
    }
    if (!asked_) {
        asked_ = true;
        resolver_.async_resolve(upstream_.host, std::to_string(upstream_.port),
                                tcp::resolver::numeric_service,
                                [held = life_](boost::system::error_code error,
                                               const tcp::resolver::results_type& results) {
                                    if (held->owner == nullptr) {
                                        return;
                                    }
                                    address_lookup& self = *held->owner;
                                    self.asked_ = false;
                                    self.known_ = true;
                                    self.fresh_until_ = clock::now() + answer_age_max;
                                    self.found_.clear();
                                    for (const auto& one : results) {
                                        self.found_.push_back(one.endpoint());
                                    }
                                    if (error) {
                                        self.found_.clear();
                                    }
                                    self.answered_();
                                });
    }
    return nullptr;
}

}  // namespace stormdrain
