#include "servers/reference/proxy/application.hpp"

#include "servers/reference/proxy/origin_options.hpp"
#include "servers/reference/proxy/origin_pool.hpp"
#include "servers/reference/proxy/proxied_connection.hpp"
#include "servers/reference/tls_context.hpp"

#include <boost/asio/awaitable.hpp>

#include <utility>

namespace reference::proxy {
namespace {

class proxy_service final : public service {
public:
    explicit proxy_service(const origin_context& context) : context_(context), pool_(context_) {}

    std::unique_ptr<session> make_session(accepted_socket accepted) override {
        return std::make_unique<proxied_connection>(context_, pool_, std::move(accepted));
    }
    void stop() override { pool_.stop(); }
    boost::asio::awaitable<void> all_ended() override { return pool_.all_ended(); }

private:
    origin_context context_;
    origin_pool pool_;
};

class proxy_application final : public application {
public:
    explicit proxy_application(std::unique_ptr<origin_behaviour> conduct)
        : conduct_(std::move(conduct)) {}

    std::vector<option_row> options() override { return rows_of(options_); }

    void prepare() override {
        if (!options_.endpoint) {
            throw usage_error("nobody to ask: give --origin");
        }
        if (options_.speaks == protocol::https) {
            if (options_.authority_path.empty()) {
                throw usage_error("an https origin needs --origin-authority");
            }
            tls_ = make_tls_client_context(options_.authority_path);
        }
    }

    std::unique_ptr<service> make_service(const connection_context& context) const override {
        const origin_context origin = {
            .front = context, .options = options_, .conduct = *conduct_, .tls = tls_.get()};
        return std::make_unique<proxy_service>(origin);
    }

private:
    std::unique_ptr<origin_behaviour> conduct_;
    origin_options options_;
    tls_context tls_;
};

}  // namespace

std::unique_ptr<application> make_proxy(std::unique_ptr<origin_behaviour> conduct) {
    return std::make_unique<proxy_application>(std::move(conduct));
}

}  // namespace reference::proxy
