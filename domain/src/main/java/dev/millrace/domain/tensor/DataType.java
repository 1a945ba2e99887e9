package dev.millrace.domain.tensor;

import org.jspecify.annotations.Nullable;

/** The element types of the Open Inference Protocol V2, with their width in bytes. */
public enum DataType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /** Each element is a four-byte little-endian length and that many bytes. */
  BYTES(-1);

  private static final DataType[] ALL = values();

  private final int width;

  DataType(int width) {
    this.width = width;
  }

  /** Bytes an element; −1 for {@link #BYTES}, whose elements differ. */
  public int width() {
    return width;
  }

  /** The type by its protocol name, or null when there is no such type. */
  public static @Nullable DataType byName(String name) {
    for (DataType type : ALL) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
