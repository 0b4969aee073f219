#include "servers/reference/connection.hpp"
#include "servers/reference/service.hpp"

#include <utility>

namespace reference {
namespace {

class answering_service final : public service {
public:
    explicit answering_service(const connection_context& context) : context_(context) {}

    std::unique_ptr<session> make_session(accepted_socket accepted) override {
        return std::make_unique<connection>(context_, std::move(accepted));
    }

private:
    const connection_context& context_;
};

class answering_application final : public application {
public:
    bool speaks_http2() const override { return true; }
    std::unique_ptr<service> make_service(const connection_context& context) const override {
        return std::make_unique<answering_service>(context);
    }
};

}  // namespace

std::unique_ptr<application> make_answering_application() {
    return std::make_unique<answering_application>();
}

}  // namespace reference
