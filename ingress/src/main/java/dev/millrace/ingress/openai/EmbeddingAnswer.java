package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.Elements;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.kernel.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers with one vector a text, in the order of the texts. */
final class EmbeddingAnswer implements Call.Reader {

  private static final String OUTPUT = "embedding";

  private final Exchange exchange;
  private final EmbeddingBody body;
  private final Clock clock;
  private @Nullable Task task;

  EmbeddingAnswer(Exchange exchange, EmbeddingBody body, Clock clock) {
    this.exchange = exchange;
    this.body = body;
    this.clock = clock;
  }

  @Override
  public void acknowledged(StreamView stream) {
    task = stream.task();
  }

  @Override
  public void refused(Problem problem) {
    exchange.problem(problem);
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void event(int number, StreamEvent event) {
    Task ended = task;
    if (!(event instanceof End end) || ended == null || exchange.isAnswered()) {
      return;
    }
    Answers.headers(exchange, ended, clock);
    Answers.labels(exchange, end.labels());
    Problem problem = Answers.problem(end);
    Tensor vectors = vectors(end.outputs());
    if (problem != null) {
      exchange.problem(problem);
    } else if (vectors == null) {
      exchange.problem(
          Problem.of(
              ErrorCode.RUNTIME_FAILED,
              "no output '" + OUTPUT + "' FP32 [" + body.texts.size() + ", n] came back"));
    } else {
      exchange.json(200, whole(ended, end, vectors));
    }
  }

  private @Nullable Tensor vectors(List<Tensor> outputs) {
    for (Tensor output : outputs) {
      if (output.name().equals(OUTPUT)
          && output.type() == DataType.FP32
          && output.shape().length == 2
          && output.shape()[0] == body.texts.size()) {
        return output;
      }
    }
    return null;
  }

  private JsonText whole(Task ended, End end, Tensor vectors) {
    int width = Math.toIntExact(vectors.shape()[1]);
    JsonText json = new JsonText(256 + vectors.data().length * 3);
    json.beginObject().field("object", "list").name("data").beginArray();
    Elements elements = Elements.of(vectors);
    for (int row = 0; row < body.texts.size(); row++) {
      json.beginObject().field("object", "embedding").field("index", row).name("embedding");
      if (body.base64) {
        int from = row * width * Float.BYTES;
        byte[] bytes = Arrays.copyOfRange(vectors.data(), from, from + width * Float.BYTES);
        json.value(Base64.getEncoder().encodeToString(bytes));
      } else {
        json.beginArray();
        for (int i = 0; i < width; i++) {
          elements.next(json);
        }
        json.endArray();
      }
      json.endObject();
    }
    json.endArray().field("model", ended.model());
    int tokens = end.usage().promptTokens();
    json.name("usage").beginObject().field("prompt_tokens", tokens).field("total_tokens", tokens);
    json.endObject();
    json.name("millrace").beginObject().field("task", ended.id().toString()).endObject();
    return json.endObject();
  }
}
