package dev.millrace.control.config;

/**
 * The limits that no key changes, as the reference tells them. Each stands as a constant where it
 * is held; {@code docs/faults.md} says which test holds it to its number.
 */
final class FixedLimits {

  static final String MARKDOWN =
      """

      ## Fixed limits

      No key changes these; what goes beyond is refused or ended as the last column says.

      | of | limit | beyond it |
      | --- | --- | --- |
      | HTTP/1.1: request line · all headers | 8,192 · 16,384 bytes | 414 · 431, closed |
      | HTTP/1.1: head of a request, from its first byte | 10 s | closed |
      | HTTP/1.1: request that two readers may understand in two ways | none | 400, closed |
      | HTTP/2: streams at once on a connection | 100 | stream refused, counted as a reset |
      | HTTP/2: headers of a request, unpacked | 16,384 bytes | 431, stream reset |
      | HTTP/2: continuations of a head · empty data in a row | 16 small ones · 2 | connection closed, ENHANCE_YOUR_CALM |
      | HTTP/2: frames that ask for nothing (ping, settings, priority, window, unknown) | 2,000 at once, 20 a second, and 4 for each frame of an answer | connection closed, ENHANCE_YOUR_CALM |
      | HTTP/2: preface, or head of a request, begun and not whole | 10 s | connection closed |
      | compressed bodies (V2) and messages (gRPC): codings | gzip, deflate, once | 400 · UNIMPLEMENTED |
      | compressed bodies and messages: growth | 200 times, and the limit of the body; 256 KiB always | 413 · RESOURCE_EXHAUSTED, before it has grown |
      | rest of a body that was answered early | 2 s | cut off |
      | JSON: nesting · name · number · document | 64 levels · 256 characters · 64 characters · 64 MiB | 400 with the place |
      | JSON: numbers | finite as 64-bit | 400 with the place |
      | WebSocket: message · fragments of one | `limits.json_body` · 16,384 | closed, 1009 |
      | WebSocket: compression | none is agreed on | closed, 1002 |
      | WebSocket: bad messages in a row · answers that are not read | 16 · 4,096 | closed, 1008 · cut off |
      | names: session · idempotency key · `ref` · request id · model | 64 of `A-Za-z0-9_-` · 255 visible of ASCII · 64 · 64 of `A-Za-z0-9_-` · visible of ASCII | 400; another request id is made |
      | V2: tensors · dimensions of one · characters of a name · of a parameter | 256 · 8 · 256 · 8,192 | 400 |
      | tensors: each size of a shape | 1 at least; the product is checked before it is used | 400 |
      | OpenAI: stop texts · characters of one | 16 · 256 | 400 |
      | OpenAI: answers a request (`n`, `best_of`) · `logprobs` · `prompt_embeds` | 1 · none · none | 400 |
      | OpenAI: messages of a chat · parts of one | 4,096 · 256 | 400 |
      | OpenAI: texts of an embedding request · characters together | 2,048 · 2,097,152 | 400 |
      | rows of a task (tabular, texts, pictures) | 4,096 | `too_large` |
      | pictures | keys of the manifest's input: [images.md](images.md) | `too_large` |
      | text of a classifier or encoder | 20,000 characters are read, then the model's tokens | cut and labelled |
      | grammar of a request: text · brackets · repetitions · of one | 65,536 characters · 32 deep · 32 · 256 | 400 |
      | JSON schema: rules · text of them · properties of an object · constants · regular expressions | 4,096 · 1 MiB · 256 · 1,024 · none | 400 |
      | chat template: text · output · elements | 256 KiB · 16 MiB · 16,384 | `runtime_failed` |
      """;

  private FixedLimits() {}
}
