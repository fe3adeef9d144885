#include "core/qr_code.hpp"

#include <qrencode.h>

#include <memory>
#include <new>

#include "core/bytes.hpp"
#include "core/error.hpp"

namespace rowhouse::core {
namespace {

constexpr int quiet_zone = 4;

struct Free {
    void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

bool is_black(const QRcode& code, int x, int y) noexcept {
    return x < code.width && (code.data[y * code.width + x] & 1U) != 0;
}

/// Each run of black modules of a row is a rectangle of the path.
std::string path_of(const QRcode& code) {
    std::string path;
    for (int y = 0; y < code.width; ++y)
        for (int x = 0; x < code.width; ++x) {
            const int begin = x;
            while (is_black(code, x, y)) ++x;
            if (x == begin) continue;
            const auto length = std::to_string(x - begin);
            path += 'M' + std::to_string(begin + quiet_zone) + ' ' +
                    std::to_string(y + quiet_zone) + 'h' + length + "v1h-" + length + 'z';
        }
    return path;
}

}  // namespace

std::string qr_svg(std::string_view content) {
    if (content.empty() || content.size() > longest_qr_content)
        throw Error(422, "invalid_value", "a QR code is made of 1 to 1000 bytes");
    const std::unique_ptr<QRcode, Free> code(QRcode_encodeData(
        static_cast<int>(content.size()), as_bytes(content).data(), 0, QR_ECLEVEL_M));
    if (!code) throw std::bad_alloc();
    const auto size = std::to_string(code->width + 2 * quiet_zone);
    return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + size + ' ' + size +
           R"(" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d=")" +
           path_of(*code) + R"("/></svg>)";
}

}  // namespace rowhouse::core
