#include "harness/process/packets/pcapng.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <sstream>
#include <vector>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

captured_packet frame(std::size_t bytes, std::chrono::nanoseconds at) {
    captured_packet packet;
    packet.at = at;
    packet.wire_bytes = static_cast<std::uint32_t>(bytes);
    packet.bytes.assign(bytes, 'x');
    return packet;
}

struct read_block {
    std::uint32_t type = 0;
    std::string body;
};

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.substr(at, sizeof(value)).data(), sizeof(value));
    return value;
}

// Every length is said twice, and is a multiple of four (section 3.1).
std::vector<read_block> blocks_of(std::string_view file) {
    std::vector<read_block> blocks;
    while (file.size() >= 12) {
        const std::uint32_t length = number_at(file, 4);
        if (length % 4 != 0 || length < 12 || length > file.size() ||
            number_at(file, length - 4) != length) {
            ADD_FAILURE() << "block " << blocks.size() << " has a wrong length " << length;
            return blocks;
        }
        blocks.push_back({number_at(file, 0), std::string(file.substr(8, length - 12))});
        file.remove_prefix(length);
    }
    EXPECT_TRUE(file.empty());
    return blocks;
}

std::string written(const packet_store& store, const pcapng_words& words) {
    std::ostringstream out;
    write_pcapng(out, store, words);
    return out.str();
}

std::vector<std::uint32_t> types_of(const std::vector<read_block>& blocks) {
    std::vector<std::uint32_t> types;
    for (const read_block& one : blocks) {
        types.push_back(one.type);
    }
    return types;
}

TEST(Pcapng, PutsSecretsBeforeThePackets) {
    packet_store store;
    store.add(frame(61, std::chrono::nanoseconds(1)));
    store.add(frame(64, std::chrono::nanoseconds(2)));
    const auto blocks =
        blocks_of(written(store, {"stormdrain 0.1.0", "cycle 7", "LABEL 00 11\n", 0}));
    EXPECT_THAT(types_of(blocks), ElementsAre(0x0a0d0d0aU, 1U, 10U, 6U, 6U, 5U));
    EXPECT_THAT(blocks[0].body, HasSubstr("cycle 7"));
    EXPECT_THAT(blocks[0].body, HasSubstr("stormdrain 0.1.0"));
    EXPECT_EQ(number_at(blocks[2].body, 0), 0x544c534bU);
    EXPECT_THAT(blocks[2].body, HasSubstr("LABEL 00 11\n"));
    EXPECT_EQ(number_at(blocks[3].body, 12), 61U);
}

TEST(Pcapng, WithoutSecretsHasNoBlockOfThem) {
    EXPECT_THAT(types_of(blocks_of(written({}, {}))), ElementsAre(0x0a0d0d0aU, 1U, 5U));
}

TEST(Pcapng, WritesNanoseconds) {
    packet_store store;
    const std::chrono::nanoseconds at(1'795'000'000'123'456'789);
    store.add(frame(60, at));
    const auto blocks = blocks_of(written(store, {}));
    const auto higher = std::uint64_t{number_at(blocks[2].body, 4)};
    EXPECT_EQ((higher << 32U) | number_at(blocks[2].body, 8),
              static_cast<std::uint64_t>(at.count()));
}

TEST(Pcapng, SaysWhereTheMiddleIsMissing) {
    packet_store store;
    constexpr std::size_t packet_bytes = std::size_t{256} * 1024;
    for (int number = 0; number < 100; ++number) {
        store.add(frame(packet_bytes, std::chrono::nanoseconds(number)));
    }
    ASSERT_GT(store.left_out_count(), 0U);
    const auto blocks = blocks_of(written(store, {}));
    const std::string missing = std::to_string(store.left_out_count()) + " packets before this";
    int said = 0;
    for (const read_block& one : blocks) {
        said += one.body.find(missing) != std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(said, 1);
    EXPECT_EQ(blocks.size(), 2 + store.first().size() + store.last().size() + 1);
}

TEST(Pcapng, CutsWordsThatAreTooLongForAnOption) {
    pcapng_words words;
    words.comment.assign(100'000, 'y');
    EXPECT_LT(written({}, words).size(), 2000U);
}

}  // namespace
}  // namespace stormdrain
