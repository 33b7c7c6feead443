// Forgets one form, before the next.
#undef LANES
#undef REGISTERS
#undef FUSES
#undef FORM
#undef vector
#undef integers
#undef quad
#undef INLINE
#undef ALL
#undef SQUARE_ROOT
#undef ROUND_EVEN
#undef ROUND_DOWN
#undef ROUND_UP
#undef SWAP_8
#undef SWAP_4
#undef SWAP_2
#undef SWAP_1
