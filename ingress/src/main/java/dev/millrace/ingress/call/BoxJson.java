package dev.millrace.ingress.call;

import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Found boxes as people read them: for one picture a list of {label, score, box}, for several a
 * list of such lists.
 *
 * @param boxes left, top, right, bottom of each
 * @param counts how many belong to each picture
 */
@SuppressWarnings("ArrayRecordComponent")
record BoxJson(float[] boxes, float[] scores, List<String> labels, long[] counts) {

  static final String TYPE = "list of {label, score, box}";

  /** Null where a model that promised them gave something else. */
  static @Nullable BoxJson of(List<Tensor> outputs) {
    Tensor boxes = OutputJson.find(outputs, "boxes");
    Tensor scores = OutputJson.find(outputs, "scores");
    Tensor labels = OutputJson.find(outputs, "labels");
    Tensor counts = OutputJson.find(outputs, "counts");
    if (boxes == null || scores == null || labels == null || counts == null) {
      return null;
    }
    return new BoxJson(boxes.floats(), scores.floats(), labels.texts(), counts.longs());
  }

  void write(JsonText json) {
    if (counts.length != 1) {
      json.beginArray();
    }
    int index = 0;
    for (long count : counts) {
      json.beginArray();
      for (long end = index + count; index < end; index++) {
        writeOne(index, json);
      }
      json.endArray();
    }
    if (counts.length != 1) {
      json.endArray();
    }
  }

  private void writeOne(int index, JsonText json) {
    json.beginObject().field("label", labels.get(index));
    json.name("score").value(scores[index]).name("box").beginArray();
    for (int edge = 4 * index; edge < 4 * index + 4; edge++) {
      json.value(boxes[edge]);
    }
    json.endArray().endObject();
  }
}
