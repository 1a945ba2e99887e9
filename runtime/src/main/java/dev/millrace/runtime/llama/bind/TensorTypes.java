package dev.millrace.runtime.llama.bind;

/** How many bytes tensors take, by type: blocks of so many elements, each of so many bytes. */
final class TensorTypes {

  /** By type: elements and bytes of a block; 0 for types that are gone or not known here. */
  private static final int[][] BLOCKS = {
    {1, 4}, {1, 2}, {32, 18}, {32, 20}, {0, 0}, {0, 0}, {32, 22}, {32, 24},
    {32, 34}, {32, 36}, {256, 84}, {256, 110}, {256, 144}, {256, 176}, {256, 210}, {256, 292},
    {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0},
    {1, 1}, {1, 2}, {1, 4}, {1, 8}, {1, 8}, {0, 0}, {1, 2}
  };

  private TensorTypes() {}

  /** At least so many; 0 for a type that is not known here, which the library judges. */
  static long bytes(int type, long elements) {
    if (type < 0 || type >= BLOCKS.length || BLOCKS[type][0] == 0) {
      return 0;
    }
    return elements / BLOCKS[type][0] * BLOCKS[type][1];
  }
}
