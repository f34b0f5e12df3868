// Colours that people who confuse red and green, or blue and yellow, tell apart.
#pragma once

#include <array>
#include <string_view>

namespace quell::study {

// Okabe and Ito, "Color universal design", 2008; the yellow last, since it is faint on white.
inline constexpr std::array<std::string_view, 8> okabe_ito = {"#0072B2", "#D55E00", "#009E73", "#E69F00",
                                                              "#56B4E9", "#CC79A7", "#000000", "#F0E442"};
inline constexpr std::string_view baseline_colour = okabe_ito[0], denoiser_colour = okabe_ito[1],
                                  rest_colour = "#999999";

// On white a thin yellow line is not seen.
inline constexpr std::array<std::string_view, 8> curve_colours = {okabe_ito[0], okabe_ito[1], okabe_ito[2],
                                                                  okabe_ito[3], okabe_ito[4], okabe_ito[5],
                                                                  okabe_ito[6], "#777777"};

// gnuplot's filled circle, square, triangle, diamond, pentagon and turned triangle, then two open ones.
inline constexpr std::array<int, 8> markers = {7, 5, 9, 13, 15, 11, 6, 4};

// Smith and van der Walt's viridis at equal distances, from dark to light.
inline constexpr std::string_view viridis =
    "0 '#440154', 1 '#472c7a', 2 '#3b518b', 3 '#2c718e', 4 '#21908d', 5 '#27ad81', 6 '#5cc863', 7 '#aadc32', "
    "8 '#fde725'";

}  // namespace quell::study
