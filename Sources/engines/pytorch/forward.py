"""Real-time recurrent learning (Williams & Zipser 1989, doi 10.1162/neco.1989.1.2.270) of one Elman layer: exact, without going
back. What each state owes to each parameter is carried along, J = ∂h/∂[W U b], [B, H, H (D + H + 1)], and the loss of a step
enters the gradient at once. The new J is made from the old: memory is 2 B H² (D + H + 1) numbers, whatever T.
"""

import torch
from protocol import fail
from torch.nn import functional


def forward(problem):
    trial = problem.trial
    if trial.cell != "elman" or trial.layers > 1 or problem.task.loss == "ctc" or trial.strategy != "forward":
        fail("strategy 'forward' is of one Elman layer and of a loss at every step, without parameters")
    w, u, b, d = problem.network.weights[0]
    batch, hidden, columns = trial.batch, trial.hidden, trial.input + trial.hidden + 1
    units = torch.arange(hidden)

    def next_state(x, h, jacobian):
        """h' = tanh(W x + b + U h + d), and J' = diag(1 - h'²)(U J + what W, U and b say of h' themselves)."""
        after = torch.tanh(functional.linear(x, w, b) + functional.linear(h, u, d))
        changed = torch.bmm(u.expand(batch, hidden, hidden), jacobian.view(batch, hidden, -1))
        changed = changed.view(batch, hidden, hidden, columns)
        changed[:, units, units] += torch.cat([x, h, x.new_ones(batch, 1)], 1)[:, None]
        return after, changed.mul_((1 - after * after)[:, :, None, None])

    def body():
        h = problem.initial[0][0]
        jacobian = h.new_zeros(batch, hidden, hidden, columns)
        gradient, total = h.new_zeros(hidden, columns), 0
        for step in range(trial.length):
            with torch.no_grad():
                h, jacobian = next_state(problem.inputs(range(step, step + 1))[0], h, jacobian)
            leaf = h.detach().requires_grad_()
            loss = problem.loss(range(step, step + 1), leaf[None])
            if loss is None:
                continue
            loss.backward()
            # Σ over the batch and the units of ∂L/∂h J.
            gradient += (leaf.grad.view(1, -1) @ jacobian.view(batch * hidden, -1)).view(hidden, columns)
            total += loss.item()
        w.grad += gradient[:, : trial.input]
        u.grad += gradient[:, trial.input : -1]
        # Both biases enter the same sum.
        b.grad += gradient[:, -1]
        d.grad += gradient[:, -1]
        return total

    return body
