// QUELL_WIDE before a function: its loops are compiled twice, for any processor and for AVX2, and the better
// one is taken when the program starts. Both give the same bits: every operation is correctly rounded and
// nothing is contracted (-ffp-contract=off).
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define QUELL_WIDE [[gnu::target_clones("default", "avx2")]]
#else
#define QUELL_WIDE
#endif
