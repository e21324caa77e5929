-- Conversations of the voucher desk: rows of kind `voucher`, whose `attempt` is the conversation. They stand in the derived
-- tables beside the attempts, with their stage for a state; no word is a state of both.
CREATE INDEX conversation_open ON attempt (seq) WHERE state IN (
    'opening', 'open', 'adding', 'removing', 'setting', 'unsure', 'held', 'confirmed', 'completing', 'redeemed',
    'failed', 'closing');
