package dev.millrace.runtime.onnx;

import java.util.Arrays;

/** Boxes as they are collected, picture after picture. Used by one thread. */
final class FoundBoxes {

  private final int[] counts;
  private float[] boxes = new float[4 * 64];
  private float[] scores = new float[64];
  private int[] classes = new int[64];
  private int size;

  FoundBoxes(int pictures) {
    this.counts = new int[pictures];
  }

  void add(int picture, float left, float top, float right, float bottom, float score, int sort) {
    if (size == scores.length) {
      boxes = Arrays.copyOf(boxes, 2 * boxes.length);
      scores = Arrays.copyOf(scores, 2 * size);
      classes = Arrays.copyOf(classes, 2 * size);
    }
    boxes[4 * size] = left;
    boxes[4 * size + 1] = top;
    boxes[4 * size + 2] = right;
    boxes[4 * size + 3] = bottom;
    scores[size] = score;
    classes[size] = sort;
    counts[picture]++;
    size++;
  }

  /** Takes one over. */
  void add(int picture, Column.Boxes from, int index) {
    float[] edges = from.edges();
    int at = 4 * index;
    add(
        picture,
        edges[at],
        edges[at + 1],
        edges[at + 2],
        edges[at + 3],
        from.scores()[index],
        from.classes()[index]);
  }

  Column.Boxes done(Views views, boolean stored) {
    return new Column.Boxes(
        Arrays.copyOf(boxes, 4 * size),
        Arrays.copyOf(scores, size),
        Arrays.copyOf(classes, size),
        counts,
        views,
        stored);
  }
}
