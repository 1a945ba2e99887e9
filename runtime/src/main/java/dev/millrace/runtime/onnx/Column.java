package dev.millrace.runtime.onnx;

import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.image.Picture;
import java.util.List;
import java.util.Locale;

/** One named value of an attempt, a row for each thing asked. Owned by its frame's thread. */
@SuppressWarnings("ArrayRecordComponent")
sealed interface Column {

  /** How many things were asked. */
  int rows();

  /** What it is called in a message. */
  default String describe() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /**
   * @param shape rows first
   */
  record Floats(float[] values, long[] shape) implements Column {
    @Override
    public int rows() {
      return (int) shape[0];
    }

    /** Values a row. */
    int width() {
      return shape[0] == 0 ? 0 : values.length / (int) shape[0];
    }
  }

  /**
   * @param shape rows first
   */
  record Longs(long[] values, long[] shape) implements Column {
    @Override
    public int rows() {
      return (int) shape[0];
    }
  }

  /**
   * @param shape rows first
   */
  record Texts(String[] values, long[] shape) implements Column {
    @Override
    public int rows() {
      return (int) shape[0];
    }
  }

  /** Image files. */
  record Files(List<byte[]> values) implements Column {
    @Override
    public int rows() {
      return values.size();
    }
  }

  /** Decoded images, not all of one size. */
  record Pictures(List<Picture> values) implements Column {
    @Override
    public int rows() {
      return values.size();
    }
  }

  /** Token ids, not all of one length. */
  record Tokens(int[][] values) implements Column {
    @Override
    public int rows() {
      return values.length;
    }
  }

  /**
   * A vector for each token: row i lies in {@code backing[i]} from {@code from[i]}, {@code
   * counts[i]} vectors of {@code width}. Rows that ran together share an array.
   */
  record Hidden(float[][] backing, int[] from, int[] counts, int width) implements Column {
    @Override
    public int rows() {
      return counts.length;
    }
  }

  /**
   * Boxes that were found, picture after picture, in pixels of the model's input.
   *
   * @param edges left, top, right, bottom of each
   * @param counts how many belong to each picture
   * @param stored whether they are told in pixels as the files store them, else as they are shown
   */
  record Boxes(
      float[] edges, float[] scores, int[] classes, int[] counts, Views views, boolean stored)
      implements Column {
    @Override
    public int rows() {
      return counts.length;
    }
  }

  /** Any other type, packed. */
  record Packed(Tensor tensor) implements Column {
    @Override
    public int rows() {
      return tensor.shape().length == 0 ? 1 : (int) tensor.shape()[0];
    }
  }
}
