"""CTC of exported training steps by PyTorch: torch.nn.functional.ctc_loss for sequences whose end is at hand, and autograd
through the forward variables for the others (CTC-EM of Hwang & Sung, arXiv 1511.06841), for which PyTorch has no loss."""

import torch
from torch.nn import functional

NEVER = -1e30


def ended(log_y, labels, stream):
    """-ln p of a whole sequence, [frames, K]. In a stream its first frame is a blank, and the rest has the labels: not by a
    mask, for the derivative of ctc_loss is that of outputs before their softmax, whatever it is given."""
    loss = 0
    if stream:
        loss, log_y = -log_y[0, 0], log_y[1:]
        if len(log_y) == 0:
            return loss
    lengths = torch.tensor([len(log_y)]), torch.tensor([len(labels)])
    return loss + functional.ctc_loss(log_y[:, None], labels[None], *lengths, blank=0, reduction="sum")


def going_on(log_y, labels, stream):
    """-ln of the probability that the frames so far are of the labels so far."""
    extended = [0]
    for label in labels.tolist():
        extended += [label, 0]
    alpha = torch.full((len(extended),), NEVER, dtype=log_y.dtype)
    first = 1 if stream else min(2, len(extended))
    alpha = torch.cat([log_y[0, extended[:first]], alpha[first:]])
    skips = torch.tensor(
        [u >= 2 and z != 0 and z != extended[u - 2] for u, z in enumerate(extended)], dtype=torch.bool
    )
    never = torch.full((2,), NEVER, dtype=log_y.dtype)
    for frame in log_y[1:]:
        before = torch.cat([never, alpha])
        skipped = torch.where(skips, before[:-2], torch.full_like(alpha, NEVER))
        alpha = torch.logsumexp(torch.stack([before[2:], before[1:-1], skipped]), 0) + frame[extended]
    return -torch.logsumexp(alpha, 0)


def backward(metadata, tensors, windows, outputs, run):
    """Adds the gradients of all windows; answers the loss.

    windows: (first, due, last): run from `first` up to `last`; errors before `due` enter now or never.
    outputs: of all steps, without gradient. run(first, last): the same of a window, with gradient."""
    sequences = [
        (row, first, end, labels[:count])
        for (row, first, end, count), labels in zip(tensors["sequences"].tolist(), tensors["targets"])
    ]
    length = len(outputs)
    stream = metadata["task"].startswith("stream")
    expectation = "em=false" not in metadata["task"]
    counted = [sequence for sequence in sequences if expectation or sequence[2] <= length]

    def loss(log_y, row, first, end, labels):
        log_y = log_y[first:end, row]
        value = (ended if len(log_y) == end - first else going_on)(log_y, labels, stream)
        return value / max(1, len(labels)) / max(1, len(counted))

    used = [0] * outputs.shape[1]
    for first, due, last in windows:
        ran = run(first, last)
        parts = []
        before = list(used)
        for row, begin, end, labels in sequences:
            is_whole = end <= last
            # Frames whose error enters with this window; the others are numbers.
            frames = range(max(begin, first, before[row]), min(end, last) if is_whole else min(due, end))
            if len(frames) == 0 or begin >= last or not (is_whole or expectation):
                continue
            present = ran[frames.start - first : frames.stop - first]
            seen = torch.cat([outputs[: frames.start], present, outputs[frames.stop : last]])
            parts.append(loss(torch.log_softmax(seen, 2), row, begin, end, labels))
            used[row] = max(used[row], frames.stop)
        if parts:
            sum(parts).backward()
    with torch.no_grad():
        return sum(loss(torch.log_softmax(outputs, 2), *sequence) for sequence in counted)
