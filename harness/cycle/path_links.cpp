#include "harness/cycle/path_links.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/unix_endpoint.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

toxic_record record_of_toxic(const link_toxic& toxic) {
    const toxic_spec& spec = toxic.spec;
    const toxic_deliveries& seen = toxic.deliveries;
    toxic_record record;
    record.name = spec.name;
    record.type = spec.kind->name;
    record.stream = to_text(spec.stream);
    record.toxicity = spec.toxicity;
    record.strikes_by_nature = spec.kind->name != "noop";
    for (std::size_t index = 0; index < spec.kind->attributes.size(); ++index) {
        const attribute& one = spec.kind->attributes[index];
        record.settings += (record.settings.empty() ? "\"" : ",\"") + std::string(one.name) +
                           "\":" + spell_attribute(one, spec.values[index]);
    }
    record.settings = "{" + record.settings + "}";
    record.connections_count = seen.connections_count;
    record.strikes_count = seen.strikes_count;
    record.delays_count = seen.delays_count;
    record.delayed_bytes = seen.delayed_bytes;
    if (seen.delays_count > 0) {
        record.delay_min = seen.delay_min;
        record.delay_mean = seen.delay_sum / static_cast<duration::rep>(seen.delays_count);
        record.delay_max = seen.delay_max;
        record.lateness_max = seen.lateness_max;
    }
    return record;
}

}  // namespace

path_links::path_links(std::vector<link_use> uses, seed randomness)
    : uses_(std::move(uses)),
      randomness_(randomness),
      work_(asio::make_work_guard(context_)),
      thread_([this] { context_.run(); }) {}

path_links::~path_links() {
    stop();
}

void path_links::ask(const std::function<void()>& what) {
    if (!thread_.joinable()) {
        return;  // after stop() there is nothing to ask
    }
    std::packaged_task<void()> task(what);
    std::future<void> done = task.get_future();
    asio::post(context_, [&task] { task(); });
    done.get();
}

void path_links::stop() {
    if (!thread_.joinable()) {
        return;
    }
    ask([this] {
        for (placed_link& placed : placed_) {
            placed.link->stop();
            placed.link.reset();
        }
    });
    work_.reset();
    context_.stop();
    thread_.join();
    placed_.clear();
}

void path_links::place(link_place between, const std::string& name, const endpoint& upstream) {
    const auto use = std::ranges::find_if(uses_, [&](const link_use& one) {
        return one.between == between && (one.only.empty() || one.only == name);
    });
    if (use == uses_.end()) {
        return;
    }
    boost::system::error_code error;
    placed_link placed{&*use, name, nullptr, {}, upstream};
    ask([&] {
        link_options options;
        options.upstream = {upstream.address, upstream.port};
        if (upstream.address.find(':') != std::string::npos) {
            options.listen.host = "::1";  // it dials from its client's address
        }
        options.randomness = derive(randomness_, "link " + use->name + " to " + name, 0);
        options.dials_from = link_options::source::of_client;
        options.observer = this;
        placed.link = std::make_unique<fault_link>(context_.get_executor(), std::move(options));
        for (const toxic_spec& toxic : use->toxics) {
            placed.link->add(toxic);
        }
        error = placed.link->start();
        placed.listens_on = {placed.link->listens_on().host, placed.link->listens_on().port};
        placed_.push_back(std::move(placed));
    });
    if (error) {
        throw environment_error("the link before " + name + " cannot listen: " + error.message());
    }
}

void path_links::place_before(const origin_set& origins) {
    for (const auto& origin : origins.all()) {
        place(link_place::target_and_origins, origin->plan().name, origin->where());
    }
}

void path_links::place_before(const std::map<std::string, endpoint>& ports) {
    for (const auto& [name, where] : ports) {
        if (is_unix(where)) {
            continue;  // a link is a network: there is none before a path
        }
        place(link_place::load_and_target, name, where);
    }
}

const path_links::placed_link* path_links::find(link_place between, std::string_view name) const {
    const auto found = std::ranges::find_if(placed_, [&](const placed_link& one) {
        return one.use->between == between && one.leads_to == name;
    });
    return found == placed_.end() ? nullptr : &*found;
}

std::optional<endpoint> path_links::before(link_place between, std::string_view name) const {
    const placed_link* const found = find(between, name);
    return found == nullptr ? std::nullopt : std::optional(found->listens_on);
}

path_delay path_links::delay_before(link_place between, std::string_view name) const {
    const placed_link* const found = find(between, name);
    return found == nullptr ? path_delay() : delay_of(*found->use);
}

void path_links::begin_cycle() {
    ask([this] {
        for (const placed_link& placed : placed_) {
            placed.link->forget_counts();
        }
    });
    const std::lock_guard lock(mutex_);
    strikes_.clear();
    strikes_count_ = 0;
    refusals_.clear();
}

std::vector<passage_source::passage> path_links::take_passages() {
    const std::lock_guard lock(mutex_);
    return std::exchange(passages_, {});
}

std::optional<link_passage> path_links::passage_of(const endpoint& client,
                                                   const endpoint& link) const {
    const std::lock_guard lock(mutex_);
    // Ports are enough: all traffic is on loopback, and addresses may be IPv4-mapped.
    const auto found =
        std::find_if(to_origins_.rbegin(), to_origins_.rend(), [&](const link_passage& made) {
            return made.client.port == client.port && made.link.port == link.port;
        });
    return found == to_origins_.rend() ? std::nullopt : std::optional(*found);
}

void path_links::dial_begins() {
    mutex_.lock();
}

void path_links::dial_began(const link_passage* made) {
    if (made != nullptr && leads_to_origin(made->link)) {
        to_origins_.push_back(*made);
    } else if (made != nullptr) {
        passages_.push_back({made->client, made->link, {made->upstream, made->outgoing}});
    }
    mutex_.unlock();
}

bool path_links::leads_to_origin(const endpoint& link) const {
    return std::ranges::any_of(placed_, [&link](const placed_link& one) {
        return one.use->between == link_place::target_and_origins && one.listens_on == link;
    });
}

void path_links::dial_failed(const endpoint& client, const endpoint& link,
                             const boost::system::error_code& why) {
    const std::lock_guard lock(mutex_);
    if (why == asio::error::connection_refused && refusals_.size() < link_record::strikes_max) {
        refusals_.push_back({client, link});
    }
}

void path_links::was_struck(const endpoint& client, const endpoint& link, const link_toxic& by,
                            time_point accepted) {
    const std::lock_guard lock(mutex_);
    ++strikes_count_;
    if (strikes_.size() < link_record::strikes_max) {
        strikes_.push_back({by.spec.name, client, link, accepted, clock::now()});
    }
}

link_record path_links::record_of(const placed_link& placed, const connection_log& log,
                                  const cycle_clock& cycle) {
    link_record record;
    record.name = placed.use->name;
    record.between = placed.use->between;
    record.leads_to = placed.leads_to;
    record.listens_on = placed.listens_on;
    record.upstream = placed.upstream;
    const link_counters& counts = placed.link->counters();
    record.accepted_count = counts.accepted_count;
    record.dial_failures_count = counts.dial_failures_count;
    record.resets_count = counts.resets_count;
    record.bytes_up = counts.upward.sent_bytes;
    record.bytes_down = counts.downward.sent_bytes;
    for (const std::unique_ptr<link_toxic>& toxic : placed.link->toxics()) {
        record.toxics.push_back(record_of_toxic(*toxic));
    }
    const std::lock_guard lock(mutex_);
    const bool is_ours = record.between == link_place::load_and_target;
    const auto id_of = [&](const endpoint& client) {
        const connection_row* const row =
            is_ours ? log.find_ours(client, placed.listens_on) : nullptr;
        return row == nullptr ? connection_id{} : row->id;
    };
    for (const seen_strike& strike : strikes_) {
        if (strike.link == placed.listens_on) {
            ++record.strikes_count;
            record.strikes.push_back({strike.toxic, id_of(strike.client), cycle.at(strike.began),
                                      cycle.at(strike.ended)});
        }
    }
    // Of those that were not kept nobody knows whose they were.
    record.strikes_count += strikes_count_ - strikes_.size();
    for (const seen_refusal& refusal : refusals_) {
        if (refusal.link == placed.listens_on) {
            record.refused.push_back(id_of(refusal.client));
        }
    }
    return record;
}

path_record path_links::record(const connection_log& log, const cycle_clock& cycle) {
    path_record path;
    path.to_target = delay_of(uses_, link_place::load_and_target);
    path.to_origins = delay_of(uses_, link_place::target_and_origins);
    path.stop_allowance = allowance_of(uses_);
    ask([&] {
        for (const placed_link& placed : placed_) {
            placed.link->tell_of_open();
            path.links.push_back(record_of(placed, log, cycle));
        }
    });
    return path;
}

}  // namespace stormdrain
