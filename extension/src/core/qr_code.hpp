#pragma once

#include <string>
#include <string_view>

namespace rowhouse::core {

/// The most bytes that a QR code is made of: more is not read well from a screen.
inline constexpr std::size_t longest_qr_content = 1000;

/// A QR code (ISO/IEC 18004, error correction M) of these bytes as an SVG document that needs
/// nothing else: black on white, with the quiet zone of four modules that readers want.
/// @throws Error 422 `invalid_value` for no bytes or too many, and std::bad_alloc.
[[nodiscard]] std::string qr_svg(std::string_view content);

}  // namespace rowhouse::core
